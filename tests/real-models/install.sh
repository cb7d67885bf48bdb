#!/bin/sh
# Makes .venv-models with the servers of requirements.txt. Needs Python 3.10 or newer and a C++ compiler. Quick when
# nothing has changed; safe to run again.
set -eu
cd "$(dirname "$0")/../.."
here=tests/real-models
wheels=target/real-models/wheels

# The stamp is a copy of what was installed, so that a changed pin installs again.
stamp() { cat $here/requirements.txt $here/build-requirements.txt; }
if stamp | cmp -s - .venv-models/.installed; then exit 0; fi

python3 -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || {
  echo "The model servers need Python 3.10 or newer with venv (Debian: python3-venv)." >&2
  exit 1
}
command -v c++ >/dev/null 2>&1 || {
  echo "llama-cpp-python is compiled and needs a C++ compiler (Debian: g++)." >&2
  exit 1
}

echo "Making .venv-models; llama-cpp-python is compiled once, which takes minutes"
rm -rf .venv-models
python3 -m venv .venv-models
# Not for the processor of this machine, so that the wheel may be kept; no pictures, HTTPS or page, which nothing asks for.
CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_OPENMP=OFF -DLLAVA_BUILD=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_UI=OFF \
-DLLAMA_USE_PREBUILT_UI=OFF" PIP_CONSTRAINT="$PWD/$here/build-requirements.txt" \
  .venv-models/bin/pip wheel --quiet --disable-pip-version-check --wheel-dir $wheels --find-links $wheels \
  -r $here/requirements.txt
.venv-models/bin/pip install --quiet --disable-pip-version-check --no-index --find-links $wheels \
  -r $here/requirements.txt
stamp >.venv-models/.installed
