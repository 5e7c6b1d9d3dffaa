"""Translatable messages: English texts that keep their template and its values.

Viewers of one search may use different languages. So a message is sent as its English text with
`{id, values}` beside it, and is translated where it is shown. `id` is the template and gettext's
msgid (`make texts` extracts the first argument of each `Message`).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, Self

from typing_extensions import TypeAliasType, TypedDict

MOST_NAMED = 5

I18N = "_i18n"
"""Suffix of the field that holds a message's JSON: `status_i18n` beside `status`."""


class MessageJson(TypedDict):
    """id: the English template. values: what stands in its placeholders."""

    id: str
    values: "dict[str, MessageValue]"


MessageValue = TypeAliasType("MessageValue", "str | int | float | MessageJson | list[MessageValue]")


class Message(str):
    """A template with its values: `Message("Point %(number)s", number=2)` is the text "Point 2".

    Values may be texts, numbers, messages, and lists of these; anything else is shown by `str`.
    """

    id: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: object) -> Self:
        texts = {name: _text(value) for name, value in values.items()}
        message = super().__new__(cls, template % texts if texts else template)
        message.id = str.__str__(template)
        message.values = {name: _json(value) for name, value in values.items()}
        return message

    @classmethod
    def of(cls, text: str, known: MessageJson) -> Self:
        """Return the message whose English text and JSON these are."""
        message = super().__new__(cls, text)
        message.id, message.values = known["id"], known["values"]
        return message

    def __str__(self) -> Self:
        """Return itself, so that `str(error)` is the message that an error was raised with."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).of, (str.__str__(self), _json(self))


class Figure(float):
    """A number in a message: `form` formats it in English; other languages use their own format."""

    form: str

    def __new__(cls, value: float, form: str) -> Self:
        """form: a format such as ",.0f"; the value is rounded to what it shows."""
        shown = format(value, form)
        figure = super().__new__(cls, shown.replace(",", ""))
        figure.form = shown
        return figure

    def __str__(self) -> str:
        return self.form


def to_json(text: str) -> MessageJson:
    """Return the message of a text, for a field `..._i18n`; any other text is its own template."""
    if isinstance(text, Message):
        return {"id": text.id, "values": text.values}
    return {"id": text, "values": {}}


def with_message(name: str, text: str) -> dict[str, Any]:
    """Return the field `name` with a text, and beside it its message."""
    return {name: str.__str__(text), f"{name}{I18N}": to_json(text)}


def message_in(record: Mapping[str, Any], name: str) -> str:
    """Return the text in the field `name`, as a `Message` if the record has its JSON beside it."""
    known = record.get(f"{name}{I18N}")
    text: str = record[name]
    return text if known is None else Message.of(text, known)


def encoded(value: Any) -> Any:
    """Return JSON-able data ready to send: each message in an object gets its JSON beside it."""
    if isinstance(value, Mapping):
        fields: dict[str, Any] = {}
        for name, part in value.items():
            fields[name] = encoded(part)
            if isinstance(part, Message):
                fields[f"{name}{I18N}"] = to_json(part)
            elif isinstance(part, list) and any(isinstance(item, Message) for item in part):
                fields[f"{name}{I18N}"] = [to_json(item) for item in part]
        return fields
    # Skip lists of numbers: they hold no messages, and a year's dispatch has many.
    if isinstance(value, list | tuple) and value and not isinstance(value[0], float):
        return [encoded(part) for part in value]
    return str.__str__(value) if isinstance(value, Message) else value


def money(amount: float, currency: str) -> Message:
    """Return a sum, without cents: "2,254,072 EUR"."""
    return Message("%(amount)s %(currency)s", amount=Figure(amount, ",.0f"), currency=currency)


def seconds(time_s: float) -> Message:
    """Return a time limit: "60 s"."""
    return Message("%(seconds)s s", seconds=Figure(time_s, "g"))


def sentences(texts: Iterable[str]) -> str:
    """Return sentences one after another."""
    return reduce(
        lambda a, b: Message("%(sentences)s %(sentence)s", sentences=a, sentence=b), texts
    )


def either(texts: Sequence[str]) -> str:
    """Return "a or b or c"."""
    return reduce(lambda a, b: Message("%(one)s or %(other)s", one=a, other=b), texts)


def both(texts: Sequence[str]) -> str:
    """Return "a and b and c"."""
    return reduce(lambda a, b: Message("%(one)s and %(other)s", one=a, other=b), texts)


def first_of(names: Iterable[str]) -> str | list[str]:
    """Return the first names, and how many more there are: "a, b, c, d, e and 3 more"."""
    named = list(names)
    more = len(named) - MOST_NAMED
    if more <= 0:
        return named
    return Message("%(names)s and %(count)s more", names=named[:MOST_NAMED], count=more)


def _text(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _json(value: object) -> Any:
    if isinstance(value, Message):
        return to_json(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return [_json(part) for part in value]
    if isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value.is_integer() else float(value)
    return str(value)
