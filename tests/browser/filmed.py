"""What a streamer of a journey films: the demonstration's face for a camera, its code for a screen.

Chromium's own fake camera is a green square with a pie in it. Nobody would keep a picture of that.
"""

from __future__ import annotations

import base64
import io
import json
from functools import cache

from PIL import Image

from demo.camera import CAMERA, HEIGHT, LETTERS_PER_SECOND, WIDTH, Screen

# Near the end of what is typed.
LETTERS_LEFT = 12
FRAMES = 4
FRAME_S = 0.4
_SCRIPT = """
({ face, desk, width, height }) => {
    const devices = navigator.mediaDevices;
    if (!devices) return;
    const microphone = devices.getUserMedia.bind(devices);
    const film = (addresses) => {
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width, height });
        const pen = canvas.getContext('2d');
        const pictures = addresses.map((src) => Object.assign(new Image(), { src }));
        const draw = () => {
            const picture = pictures[Math.floor(performance.now() / 400) % pictures.length];
            if (picture.complete) pen.drawImage(picture, 0, 0, width, height);
        };
        setInterval(draw, 1000 / 15);
        draw();
        return canvas.captureStream(15).getVideoTracks();
    };
    devices.getUserMedia = async ({ audio, video }) => {
        const tracks = video ? film(face) : [];
        if (audio) tracks.push(...(await microphone({ audio })).getAudioTracks());
        return new MediaStream(tracks);
    };
    devices.getDisplayMedia = async () => new MediaStream(film(desk));
}
"""


@cache
def filming(title: str, code: str, *, camera_apart: bool = False) -> str:
    """Return the script that gives a page a camera, and a screen with this window on it.

    `camera_apart`: whether the face is on the camera's picture alone, not in the window as well.
    """
    begun_s = (len(code) - LETTERS_LEFT) / LETTERS_PER_SECOND
    moments_s = [begun_s + number * FRAME_S for number in range(FRAMES)]
    shared, whole = Screen(title, code, has_camera=not camera_apart), Screen(title, code)
    films = {
        "face": [_address(_face(whole.at(second))) for second in moments_s],
        "desk": [_address(shared.at(second)) for second in moments_s],
        "width": WIDTH,
        "height": HEIGHT,
    }
    return f"({_SCRIPT.strip()})({json.dumps(films)});"


def _face(moment: Image.Image) -> Image.Image:
    """Return the window's camera as a camera's own picture: as high, and with more wall beside."""
    left, top, right, bottom = CAMERA
    seen = moment.crop((left + 24, top, right - 24, bottom))
    height = bottom - top
    wide = Image.new("RGB", (height * WIDTH // HEIGHT, height), seen.getpixel((2, height // 2)))
    wide.paste(seen, ((wide.width - seen.width) // 2, 0))
    return wide.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _address(picture: Image.Image) -> str:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=85)
    return "data:image/jpeg;base64," + base64.b64encode(written.getvalue()).decode()
