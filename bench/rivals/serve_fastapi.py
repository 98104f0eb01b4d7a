"""The same model behind FastAPI and uvicorn, as tutorials write it: one process, records by column name, onnxruntime."""
import socket
import sys

import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, Request

options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(sys.argv[1], options)
inputs = [(one.name, "string" in one.type) for one in session.get_inputs()]
app = FastAPI()


@app.post("/predict")
async def predict(request: Request):
    body = await request.json()
    rows = body if isinstance(body, list) else [body]
    feeds = {}
    for name, text in inputs:
        values = [[row[name]] for row in rows]
        feeds[name] = np.array(values, dtype=object) if text else np.array(values, dtype=np.float32)
    label, probabilities = session.run(["label", "probabilities"], feeds)
    answers = [
        {"prediction": str(one), "probabilities": [float(value) for value in shares]}
        for one, shares in zip(label, probabilities)
    ]
    return {"predictions": answers} if isinstance(body, list) else answers[0]


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])
