# The service alone: no demo, no tests, no build tools. Both stages stand on the same image, since a virtual
# environment works only with the Python it was made with.

FROM python:3.13-slim-trixie AS build
WORKDIR /build
# serve, or traces, which adds OpenTelemetry.
ARG LOCK=serve
COPY requirements/${LOCK}.txt requirements/build.txt requirements/
RUN python -m venv --without-pip /opt/tracker \
    && python -m pip --python /opt/tracker/bin/python install --no-cache-dir --require-hashes \
        -r "requirements/${LOCK}.txt" \
    && python -m venv tools \
    && tools/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY theme_extension theme_extension
COPY tracker tracker
RUN tools/bin/python -m pip wheel --no-cache-dir --no-deps --no-build-isolation -w dist . \
    && python -m pip --python /opt/tracker/bin/python install --no-cache-dir --no-deps --no-index dist/*.whl
# What is in it, by name, version and licence: https://pip.pypa.io/en/stable/reference/inspect-report/
RUN python -m pip --python /opt/tracker/bin/python inspect >/opt/tracker/contents.json

FROM python:3.13-slim-trixie
# A number, so that Kubernetes' runAsNonRoot can see that it is not root.
ARG UID=10001
RUN groupadd --gid ${UID} tracker \
    && useradd --uid ${UID} --gid ${UID} --no-log-init --home-dir /nonexistent --no-create-home \
        --shell /usr/sbin/nologin tracker
COPY --from=build /opt/tracker /opt/tracker
ENV PATH=/opt/tracker/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000
USER ${UID}:${UID}
WORKDIR /
EXPOSE 8000
# Asks this container itself, whatever proxy its environment names.
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s --retries=3 \
    CMD ["python", "-I", "-S", "-c", "import http.client, os, sys; service = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=2); service.request('GET', '/healthz'); sys.exit(service.getresponse().status != 200)"]
CMD ["tracker", "serve"]
