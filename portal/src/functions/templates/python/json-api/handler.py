"""A small JSON API. The list lives as long as the instance does."""

notes = []


def handler(event, context):
    request, response = event["extensions"]["request"], event["extensions"]["response"]
    if request.path != "/notes":
        response.status = 404
        return {"error": "There is only /notes."}
    if request.method == "GET":
        wanted = request.query.get("like", "")
        return [note for note in notes if wanted in note["text"]]
    if request.method == "POST":
        data = event["data"]
        if not isinstance(data, dict) or not isinstance(data.get("text"), str):
            response.status = 400
            return {"error": "Send JSON with a text."}
        note = {"id": len(notes) + 1, "text": data["text"]}
        notes.append(note)
        response.status = 201
        return note
    response.status = 405
    return {"error": "Only GET and POST are taken."}
