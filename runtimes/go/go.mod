module a.latchkey.local/shim

go 1.20

require github.com/kubeless/kubeless v0.0.0

replace github.com/kubeless/kubeless => ./kubeless
