"""`handler(event, context)` in a thread."""
from . import jsons
from .event import event_of
from .result import settle


class Classic:
    def __init__(self, handler, context):
        self._handler = handler
        self._context = context

    def prepare(self, call):
        try:
            return event_of(call)
        except jsons.NotJson:
            call.refuse_json()
            return None

    def run(self, call, event):
        return settle(call, self._handler(event, self._context.copy()))
