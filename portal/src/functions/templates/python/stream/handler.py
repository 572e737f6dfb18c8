"""Each line leaves when it is yielded: curl -N shows them as they come."""

import time


def handler(event, context):
    count = int(event["extensions"]["request"].query.get("count", "5"))
    for number in range(1, count + 1):
        yield f"line {number}\n"
        time.sleep(0.2)
