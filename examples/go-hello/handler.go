package kubeless

import "fmt"

// Handler greets whoever is named in the body.
func Handler(event map[string]interface{}, context map[string]string) (string, error) {
	name := "you"
	if data, ok := event["data"].(map[string]interface{}); ok {
		name = fmt.Sprint(data["name"])
	}
	return fmt.Sprintf("Hello, %s, from %s!", name, context["function-name"]), nil
}
