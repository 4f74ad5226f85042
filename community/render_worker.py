"""The process that renders texts: `python -m community.render_worker CPU_LIMIT_S`.

One request a line on standard input, one answer a line on standard output, until the input ends.
Started by `community/rendering.py`, which says why it is a process. A text that takes longer than
its limit ends the process: the kernel's timer does that, in the middle of a regular expression too.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys

from community.markdown import Renderer

MEMORY_LIMIT_BYTES = 512 * 1024 * 1024
# Nobody notices a post that appears a moment later; everybody notices a picture that stutters.
NICENESS = 5


def main(cpu_limit_s: float) -> None:
    """Answer requests until the input ends."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    renderer = Renderer()
    # What is compiled at the first use is not the first writer's to pay for.
    renderer.render("http://warm.example\n```python\n1\n```")
    for line in sys.stdin.buffer:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, cpu_limit_s)  # SIGPROF, which nobody catches
        rendered = renderer.render(request["content"], people=request["people"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        answer = {
            "html": rendered.html,
            "tags": rendered.tags,
            "mentions": rendered.mentions,
        }
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))
