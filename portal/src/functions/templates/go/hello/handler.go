package kubeless

import "fmt"

// Handler is called for every request; what it returns is the answer.
func Handler(event map[string]interface{}, context map[string]string) (string, error) {
	name := "you"
	if data, ok := event["data"].(map[string]interface{}); ok && data["name"] != nil {
		name = fmt.Sprint(data["name"])
	}
	return fmt.Sprintf("Hello, %s, from %s!", name, context["function-name"]), nil
}
