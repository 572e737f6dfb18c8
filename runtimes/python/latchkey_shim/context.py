"""The context of a handler, from what ASSIGN says of the function."""


def context_of(function):
    return {
        "function-name": function["name"],
        "timeout": function["timeoutSeconds"],
        "runtime": function["runtime"],
        "memory-limit": "%dM" % function["memoryLimitMb"],
    }
