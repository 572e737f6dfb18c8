"""JSON in and out, and other statuses by way of the response."""


def handler(event, context):
    data = event["data"]
    if not isinstance(data, dict) or "name" not in data:
        event["extension"].response.status = 400
        return {"error": 'Send JSON with a "name".'}
    print("greeting", data["name"])
    return {"greeting": f"Hello, {data['name']}!", "from": context["function-name"]}
