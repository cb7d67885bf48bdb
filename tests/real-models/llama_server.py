"""Runs llama.cpp's own server, which the package xllamacpp carries as a library, until it is ended.

    python llama_server.py MODEL PORT API_KEY CONTEXT
"""

import signal
import sys

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.api_keys = [sys.argv[3]]
params.n_ctx = int(sys.argv[4])
params.n_parallel = 1
params.cpuparams.n_threads = 1
params.use_jinja = True

server = xllamacpp.Server(params)
signal.pause()
