"""A Flask application, as it is: `app` is the main method. requirements.txt names what is installed."""

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/hello")
def hello():
    return jsonify(hello=request.args.get("name", "you"))
