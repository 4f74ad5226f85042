"""A camera that films a clock, and the reading of that clock in a page that watches.

The time in milliseconds stands in the picture's top row as twenty black or white squares: encoders
leave those alone at any bitrate. Both pages are on one machine and so have one clock. Below it is
something that keeps an encoder busy, but not so much that it takes fewer lines: Chromium's own fake
camera needs few bits.
"""

from __future__ import annotations

CLOCK_CAMERA = """
{
    const real = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
    const film = (width, height) => {
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width, height });
        const pen = canvas.getContext('2d');
        pen.imageSmoothingEnabled = false;
        const speckles = new OffscreenCanvas(16, 9);
        const speckle = speckles.getContext('2d');
        const dots = speckle.createImageData(16, 9);
        pen.fillStyle = '#246';
        pen.fillRect(0, 0, width, height);
        const draw = () => {
            const now = Math.round(performance.timeOrigin + performance.now());
            for (let at = 0; at < dots.data.length; at += 1)
                dots.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
            speckle.putImageData(dots, 0, 0);
            pen.drawImage(speckles, width / 3, height / 3, width / 3, height / 3);
            const side = width / 20;
            for (let bit = 0; bit < 20; bit += 1) {
                pen.fillStyle = Math.floor(now / 2 ** bit) % 2 ? '#fff' : '#000';
                pen.fillRect(bit * side, 0, side, side);
            }
        };
        setInterval(draw, 1000 / 30);
        draw();
        return canvas.captureStream(30).getVideoTracks();
    };
    if (real) {
        navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
            const tracks = video ? film(video.width.ideal, video.height.ideal) : [];
            if (audio) tracks.push(...(await real({ audio })).getAudioTracks());
            return new MediaStream(tracks);
        };
    }
}
"""

READ_CLOCK = """
(count) => new Promise((resolve) => {
    const video = document.querySelector('[data-testid="player"] video');
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 1280, height: 64 });
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    const ages = [];
    const read = () => {
        const now = Math.round(performance.timeOrigin + performance.now()) % 2 ** 20;
        pen.drawImage(video, 0, 0, 1280, 720);
        const row = pen.getImageData(0, 32, 1280, 1).data;
        let shown = 0;
        for (let bit = 0; bit < 20; bit += 1)
            if (row[(bit * 64 + 32) * 4] > 127) shown += 2 ** bit;
        ages.push((now - shown + 2 ** 20) % 2 ** 20);
        if (ages.length < count) video.requestVideoFrameCallback(read);
        else resolve(ages);
    };
    video.requestVideoFrameCallback(read);
})
"""
