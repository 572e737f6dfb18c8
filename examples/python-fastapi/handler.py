"""A FastAPI application, as it is: `app` is the main method."""

from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import StreamingResponse


@asynccontextmanager
async def lifespan(_app):
    print("started")
    yield
    print("stopped")


app = FastAPI(lifespan=lifespan)


@app.get("/items/{number}")
async def item(number: int, word: str = "none"):
    return {"number": number, "word": word}


@app.get("/lines")
def lines(count: int = 3):
    return StreamingResponse((f"line {i}\n" for i in range(count)), media_type="text/plain")
