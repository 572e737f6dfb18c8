"""A Flask application, as it is: `app` is the main method."""

from flask import Flask

app = Flask(__name__)


@app.get("/hello/<name>")
def hello(name):
    app.logger.warning("greeting %s", name)
    return f"Hello, {name}!"
