"""Called for every request. What is returned is the answer: text, a dict (JSON), bytes or a generator."""


def handler(event, context):
    query = event["extensions"]["request"].query
    return {"hello": query.get("name", "you"), "from": context["function-name"]}
