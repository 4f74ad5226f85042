"""Who the people of the demonstration are, and what they have written."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "demonstration only"
STREAMER = "mira"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; the first one is the site's admin."""

    username: str
    full_name: str
    bio: str
    skills: tuple[str, ...]
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """Something somebody has written, and what others answered."""

    author: str
    content: str
    hours_ago: float
    likes: int
    comments: tuple[tuple[str, str], ...] = ()
    picture: str | None = None
    """The words drawn on a picture that goes with it."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge; days count from now, negative ones are past."""

    title: str
    description: str
    begins_in_days: float
    ends_in_days: float
    reward_points: int
    submitted: tuple[tuple[str, str], ...] = ()
    """Who submitted what; in a completed challenge they have been accepted."""
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Video:
    """A short recording."""

    author: str
    title: str
    description: str
    tags: tuple[str, ...]
    hours_ago: float
    likes: int
    views: int


PEOPLE = (
    Person(
        "mira",
        "Mira Okonjo",
        "I build small tools in public, every Tuesday and Thursday. Python by day, Rust by night.\n\n"
        "Keeper of this site.",
        ("Python", "Rust", "asyncio", "PostgreSQL"),
        ("tomasz", "lena", "kaveh"),
    ),
    Person(
        "tomasz",
        "Tomasz Wilk",
        "Game jams, shaders, and the occasional compiler.",
        ("Rust", "WebGPU", "C"),
        ("mira", "yuki"),
    ),
    Person(
        "lena",
        "Lena Farkas",
        "Front ends without a build step. I read specifications for fun.",
        ("JavaScript", "CSS", "accessibility"),
        ("mira", "amara", "yuki"),
    ),
    Person(
        "kaveh",
        "Kaveh Rostami",
        "Machine learning engineer. Small models, honest benchmarks.",
        ("Python", "PyTorch", "evaluation"),
        ("mira", "amara"),
    ),
    Person(
        "amara",
        "Amara Diallo",
        "Teaching the first hundred hours of programming. Ask me anything, twice.",
        ("teaching", "Python", "Scratch"),
        ("lena", "kaveh", "mira"),
    ),
    Person(
        "yuki",
        "Yuki Tanabe",
        "Creative coding and slow animation.",
        ("p5.js", "GLSL", "drawing"),
        ("tomasz", "lena"),
    ),
    Person(
        "sol",
        "Sol Herrera",
        "Vibe coding my way through a year of side projects: 31 of 52 done.",
        ("TypeScript", "prompting"),
        ("mira", "kaveh", "amara", "lena"),
    ),
    Person(
        "ines",
        "Inês Carvalho",
        "Databases. I have opinions about your indexes.",
        ("PostgreSQL", "SQL", "Go"),
        ("mira", "kaveh"),
    ),
    Person(
        "bosse",
        "Bosse Lindqvist",
        "Student, night owl, first pull request merged last week.",
        ("Python",),
        ("mira", "amara", "tomasz", "lena", "yuki"),
    ),
    Person(
        "dara",
        "Dara Quinn",
        "Accessibility tester. Keyboard first, mouse never.",
        ("accessibility", "testing"),
        ("lena",),
    ),
)

POSTS = (
    Post(
        "kaveh",
        "Ran the new 3-billion-parameter code models on a laptop this weekend. Short version: two of"
        " them now finish a function better than last year's big ones, and both still invent"
        " imports.\n\n"
        "| model | passes | tokens/s |\n|---|---|---|\n| A, 3B, 4 bit | 61 % | 38 |\n"
        "| B, 3B, 4 bit | 58 % | 44 |\n| last year's 34B | 59 % | 5 |\n\n"
        "Numbers are means of five runs, the spread is about two points. #ai-news #benchmarks",
        2.5,
        8,
        (
            ("ines", "Means of five runs *and* the spread. Thank you."),
            ("sol", "The invented imports are my favourite part. `from future import time`"),
            ("kaveh", "@sol that one nearly ran."),
        ),
    ),
    Post(
        "mira",
        "Tonight on stream: a rate limiter from nothing. We start with a counter, break it on"
        " purpose, and end with a token bucket that survives two nodes. Bring suggestions, I will"
        " accept the good ones live. #live #python",
        1.2,
        7,
        (
            ("bosse", "Will you explain why the sliding window needs two counters?"),
            ("mira", "@bosse yes, with drawings."),
        ),
    ),
    Post(
        "sol",
        "Project 31 of 52: a bot that turns meeting notes into haiku. Prompted in twenty minutes,"
        " debugged in three hours. The bug was mine. #vibe-coding",
        5,
        6,
        (
            (
                "amara",
                "Three hours of debugging is three hours of reading code. That counts double.",
            ),
        ),
        "Notes become a poem\nbullet points fall like petals\naction items bloom",
    ),
    Post(
        "lena",
        "You do not need a framework for a menu. You need `popover`, a list of buttons and an"
        " evening:\n\n"
        '```html\n<button popovertarget="menu">Account</button>\n'
        '<div id="menu" popover>\n  <a href="/settings">Settings</a>\n</div>\n```\n\n'
        "Focus comes back by itself, Escape works, and it is light on every phone. #javascript"
        " #accessibility",
        9,
        9,
        (
            ("dara", "Tested with three screen readers. It just works, which still surprises me."),
            ("yuki", "Can it animate in *and* out?"),
            ("lena", "@yuki `@starting-style` and `transition-behavior: allow-discrete`."),
        ),
    ),
    Post(
        "tomasz",
        "Eleven milliseconds for a frame with two million grass blades. It was the upload, it is"
        " always the upload. #rust #graphics",
        14,
        6,
        (("yuki", "I would watch two hours of this grass."),),
        "11.2 ms\n2,000,000 blades",
    ),
    Post(
        "ines",
        "Index of the week: the one you can drop.\n\n"
        "```sql\nSELECT indexrelname, idx_scan\n  FROM pg_stat_user_indexes\n"
        " WHERE idx_scan = 0\n ORDER BY pg_relation_size(indexrelid) DESC;\n```\n\n"
        "Ours had four. Writes are a fifth faster. #postgresql",
        20,
        8,
        (
            ("mira", "Found two. One of them was mine, from a Friday afternoon."),
            ("kaveh", "Check the replicas before you drop: the counters are per server."),
        ),
    ),
    Post(
        "amara",
        "Somebody in my class asked why we count from zero. Somebody else said: because the first"
        " step of a walk is standing still. I am going to use this for the rest of my life."
        " #teaching",
        27,
        9,
        (("bosse", "I was there!"),),
    ),
    Post(
        "yuki",
        "Drew one circle a day for a month, then taught a shader to draw the thirty-first."
        " #creative-coding",
        33,
        7,
        (),
        "circle 31",
    ),
    Post(
        "bosse",
        "My first pull request was merged. It fixes a typing mistake in a comment. I have told"
        " everybody. #python",
        40,
        10,
        (
            ("amara", "The second one is harder. The hundredth is this one again."),
            ("mira", "Welcome. Comments are code that people run."),
        ),
    ),
    Post(
        "kaveh",
        "A paper worth an evening: measuring whether assistants make *reviewers* faster, not only"
        " writers. They do, for small changes; for big ones people read less carefully. #ai-news",
        52,
        5,
        (("ines", "So: small changes. As it was written in 1976."),),
    ),
    Post(
        "sol",
        "Things I now tell every model before it writes a line: the Python version, the folder it"
        " may touch, and that I will read the diff. The last one helps the most. #vibe-coding"
        " #ai-news",
        66,
        8,
        (("lena", "It helps the human, too."),),
    ),
    Post(
        "dara",
        "Reminder: if your toast disappears after three seconds, I have heard half of it."
        " #accessibility",
        80,
        9,
    ),
)

SPAMMER = "fast_followers"
SPAM = "10 000 followers for the price of a coffee!!! Write me. #python #rust #ai-news"

CHALLENGES = (
    Challenge(
        "Tiny tools week",
        "Build a command-line tool that does one thing, in at most 200 lines, tests included."
        "\n\nBonus for a manual page that somebody would read.",
        -3,
        4,
        100,
        submitted=(("bosse", "https://git.example/bosse/whenwasit"),),
        joined=("bosse", "sol", "tomasz", "dara"),
    ),
    Challenge(
        "Prompt golf",
        "Make an assistant write a working Tetris. Shortest prompt wins; you must show the diff"
        " you would ask for in review.",
        -20,
        -6,
        80,
        submitted=(
            ("sol", "https://git.example/sol/tetris"),
            ("kaveh", "https://git.example/kaveh/tetris"),
        ),
        joined=("sol", "kaveh", "yuki"),
    ),
    Challenge(
        "Accessible by Friday",
        "Take a page you own and make it work without a mouse. Write down what you found.",
        5,
        12,
        120,
        joined=("lena", "dara"),
    ),
)

VIDEOS = (
    Video(
        "tomasz", "Two million blades of grass", "The upload was the problem.", ("rust",), 13, 6, 58
    ),
    Video(
        "yuki", "Thirty-one circles", "A month in twelve seconds.", ("creative-coding",), 32, 8, 131
    ),
)

UPCOMING = (
    ("tomasz", "Grass, part two: wind", 26.0),
    ("amara", "First hundred hours: loops, slowly", 49.0),
)

LIVE_TITLE = "A rate limiter from nothing"
LIVE_DESCRIPTION = "Counter, window, bucket. Suggestions welcome: select lines and send them."

CODE = '''"""A token bucket: bursts are fine, floods are not."""

import time


class Bucket:
    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self.tokens = float(burst)
        self.filled_at = time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        gained = (now - self.filled_at) * self.rate
        self.tokens = min(self.burst, self.tokens + gained)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


limiter = Bucket(rate=5, burst=10)
print([limiter.take() for _ in range(12)])
'''

SUGGESTION_LINES = (15, 16)
SUGGESTION = (
    "        elapsed = max(0.0, now - self.filled_at)\n"
    "        self.tokens = min(self.burst, self.tokens + elapsed * self.rate)"
)
SUGGESTER = "kaveh"

CHAT = (
    ("bosse", "hello everybody"),
    ("amara", "hi bosse! you are early today"),
    ("sol", "what did I miss?"),
    ("kaveh", "a fixed window that let 2x the traffic through at the border"),
    ("bosse", "so that is why it needs two counters"),
    ("mira", "exactly. and now we throw both away"),
    ("lena", "the bucket is so much less code"),
    ("ines", "what happens when two nodes share it?"),
    ("mira", "good one, that is the second half"),
    ("tomasz", "monotonic clock, good"),
    ("yuki", "the burst feels like a breath in and out"),
    ("dara", "could you make the font one size bigger?"),
    ("mira", "done, better?"),
    ("dara", "perfect, thanks"),
    ("kaveh", "made a suggestion on line 15: guard against the clock going backwards"),
    ("sol", "monotonic cannot go backwards, can it?"),
    ("kaveh", "it cannot. but a test clock can"),
    ("amara", "writing that down for my class"),
    ("bosse", "voted"),
    ("ines", "in SQL this is one UPDATE ... RETURNING, by the way"),
)

POLL = (
    "What comes after the bucket?",
    ("Two nodes over Redis", "Write the tests", "A web page for it"),
)
