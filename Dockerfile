FROM python:3.13-slim AS build

RUN python -m venv --without-pip /opt/venv
COPY requirements.lock requirements-build.lock /opt/
RUN pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --require-hashes -r /opt/requirements.lock \
 && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /opt/requirements-build.lock

WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY openapi openapi
COPY fixtures fixtures
# Bytecode without a check of its source's date: the image's file system is read-only.
RUN python -m hatchling build -t wheel -d /opt/wheel \
 && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --no-index --no-deps --no-compile \
        /opt/wheel/*.whl \
 && /opt/venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib/python3.13/site-packages/wattif \
 && chmod -R a+rX /opt/venv


FROM python:3.13-slim

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    WATTIF_HOST=0.0.0.0 \
    WATTIF_PORT=8000 \
    WATTIF_DATABASE_URL=sqlite:////data/wattif.db
# A temporary file can be as large as a world, so it lies on a disk, and not in the memory that /tmp may be.
ENV TMPDIR=/data

RUN install -d -o 10001 -g 10001 /data
COPY --from=build /opt/venv /opt/venv

WORKDIR /srv
VOLUME /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=500ms --retries=3 \
    CMD ["wattif", "health"]
ENTRYPOINT ["wattif"]
CMD ["serve"]
