"""`async def handler(event, context)` on the loop."""
from . import jsons
from .aresult import settle_async
from .event import event_of


class AsyncClassic:
    begins_with_head = False

    def __init__(self, handler, context):
        self._handler = handler
        self._context = context

    async def start(self):
        pass

    async def stop(self):
        pass

    @staticmethod
    def is_ended_by(_reason):
        return True

    def prepare(self, call):
        try:
            return event_of(call, True)
        except jsons.NotJson:
            call.refuse_json()
            return None

    async def run(self, call, event):
        await settle_async(call, self._handler(event, self._context.copy()))
