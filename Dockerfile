# One node. It holds no state of its own: PostgreSQL and Redis stand beside it (docker-compose.yml).
FROM python:3.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1

RUN useradd --create-home --uid 10001 vibecast \
    && install -d -o vibecast -g vibecast /data
WORKDIR /app

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY errors.py run.py tasks.py ./
COPY node node
COPY server server
COPY rooms rooms
COPY media media
COPY collab collab
COPY community community
COPY persistence persistence
COPY static static

USER vibecast
ENV VIBECAST_DATA_DIR=/data
VOLUME /data
EXPOSE 8080/tcp 8443/udp

HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]

# exec form: SIGTERM reaches the node itself, which then closes in order.
STOPSIGNAL SIGTERM
CMD ["python", "run.py"]
