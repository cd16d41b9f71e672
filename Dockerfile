# Walkaway in a container. compose.yaml starts it with a database; docs/operations.md says more.
# It runs as nobody, on a root that may be read-only: it writes to /data (SQLite only) and /tmp.

FROM python:3.11-slim AS built
WORKDIR /app
# For SENTRY_DSN: docker build --build-arg REQUIREMENTS=sentry
ARG REQUIREMENTS=runtime
COPY requirements/runtime.txt requirements/sentry.txt requirements/
RUN python3 -m venv .venv
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/$REQUIREMENTS.txt
COPY pyproject.toml README.md LICENSE alembic.ini ./
COPY alembic alembic
COPY bot bot
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation -e .
RUN .venv/bin/python -m compileall -q bot alembic

FROM python:3.11-slim
WORKDIR /app
COPY --from=built /app /app
RUN install --directory --owner=65532 --group=65532 /data
ENV PATH=/app/.venv/bin:$PATH
ENV HOME=/tmp
ENV PYTHONDONTWRITEBYTECODE=1
# A process has few threads, and glibc would give each one memory of its own.
ENV MALLOC_ARENA_MAX=1
ENV DATABASE_URL=sqlite:////data/walkaway.db
ENV HOST=0.0.0.0
ENV PORT=3000
USER 65532:65532
VOLUME /data
EXPOSE 3000
HEALTHCHECK --start-period=30s CMD ["python3", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=5)"]
ENTRYPOINT ["walkaway"]
CMD ["run"]
