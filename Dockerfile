# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/
RUN /opt/venv/bin/pip install --require-hashes --no-deps --requirement /tmp/requirements.lock
COPY . /app
WORKDIR /app
# Manifest names need production settings; this key signs nothing and stays in this layer.
RUN PRODUCTION=1 ALLOWED_HOSTS=build SECRET_KEY=only-for-collecting-static-files-0123456789-abcdefghij \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 && mkdir -p var/snapshots

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 PRODUCTION=1
RUN useradd --system --uid 10001 --home-dir /app --no-create-home opendoor
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=opendoor:opendoor /app/var /app/var
COPY --from=build /app /app
WORKDIR /app
USER opendoor
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "config/healthcheck.py"]
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--access-logfile", "-", \
     "--max-requests", "2000", "--max-requests-jitter", "200", "--no-control-socket"]
