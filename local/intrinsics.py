"""CloudFormation's pseudo parameters, conditions and intrinsic functions, as far as a template of ours may use them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local.errors import TemplateError
from local.names import ACCOUNT, REGION

Attributes = Mapping[str, str]
"""What a resource answers: "Ref" for Ref, every other name for GetAtt."""

_ABSENT = object()
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class Resolver:
    """Turns template values into plain ones; whatever it does not know is an error, never passed through."""

    def __init__(
        self,
        *,
        stack: str,
        parameters: Mapping[str, str],
        resources: Mapping[str, Attributes],
        conditions: Mapping[str, Any],
        mappings: Mapping[str, Any],
    ) -> None:
        self._resources = resources
        self._conditions = conditions
        self._mappings = mappings
        self._values = {
            **parameters,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack}/local",
            "AWS::StackName": stack,
            "AWS::URLSuffix": "amazonaws.com",
        }

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic replaced. Members that come to AWS::NoValue are left out."""
        resolved = self._resolve(value)
        return None if resolved is _ABSENT else resolved

    def condition(self, name: str) -> bool:
        if name not in self._conditions:
            raise TemplateError(f"there is no condition {name!r}")
        return self._truth(self._conditions[name])

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [member for member in map(self._resolve, value) if member is not _ABSENT]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name == "Ref":
                return self._reference(argument)
            if name.startswith("Fn::"):
                return self._call(name.removeprefix("Fn::"), argument)
        members = {name: self._resolve(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member is not _ABSENT}

    def _call(self, function: str, argument: Any) -> Any:
        match function:
            case "GetAtt":
                name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return self._attribute(name, attribute)
            case "Sub":
                return self._substitute(argument)
            case "Join":
                separator, parts = argument
                return separator.join(str(part) for part in self._resolve(parts))
            case "Split":
                separator, text = argument
                return self._resolve(text).split(separator)
            case "Select":
                index, choices = argument
                return self._resolve(choices)[int(self._resolve(index))]
            case "If":
                name, when_true, when_false = argument
                return self._resolve(when_true if self.condition(name) else when_false)
            case "FindInMap":
                mapping, first, second = self._resolve(argument)
                return self._mappings[mapping][first][second]
            case "Equals" | "And" | "Or" | "Not":
                return self._truth({f"Fn::{function}": argument})
        raise TemplateError(f"Fn::{function} is not supported locally")

    def _truth(self, expression: Any) -> bool:
        match expression:
            case {"Condition": name}:
                return self.condition(name)
            case {"Fn::Equals": [left, right]}:
                return bool(self._resolve(left) == self._resolve(right))
            case {"Fn::Not": [inner]}:
                return not self._truth(inner)
            case {"Fn::And": list(inner)}:
                return all(map(self._truth, inner))
            case {"Fn::Or": list(inner)}:
                return any(map(self._truth, inner))
        raise TemplateError(f"not a condition: {expression!r}")

    def _reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _ABSENT
        if name in self._values:
            return self._values[name]
        return self._attribute(name, "Ref")

    def _attribute(self, name: str, attribute: str) -> str:
        if name not in self._resources:
            raise TemplateError(f"there is no parameter or resource {name!r}")
        if attribute not in self._resources[name]:
            raise TemplateError(f"{name} has no {attribute!r} locally")
        return self._resources[name][attribute]

    def _substitute(self, argument: Any) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self._resolve(own[name]))
            if "." in name:
                return self._attribute(*name.split(".", 1))
            return str(self._reference(name))

        return _PLACEHOLDER.sub(value, text)
