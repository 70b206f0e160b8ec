"""`conf`: the settings of lksearch, which may be changed at run time and hold from then on.

A value that was set here stands over the environment and the settings files; all others are those of `lksearch_rs`.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from . import _client

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class ConfigItem:
    """One setting: call it for its value."""

    def __init__(
        self, defaultvalue: Any = "", description: str = "", cfgtype: str = "string", module: str = "lksearch", key: str = ""
    ) -> None:
        self.defaultvalue = defaultvalue
        self.description = description
        self.cfgtype = cfgtype
        self.module = module
        self.key = key
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.key = self.key or name.lower()

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else self()

    def __set__(self, instance: Any, value: Any) -> None:
        self.set(value)

    def __call__(self) -> Any:
        if self.key in _client.overrides:
            return _client.overrides[self.key]
        client = _client.client()
        return self.defaultvalue if client.origins.get(self.key) == "default" else self._read(client.settings.get(self.key))

    def __repr__(self) -> str:
        return f"<ConfigItem: name={self.name!r} value={self()!r}>"

    def set(self, value: Any) -> None:
        """Sets the value for this process; a value of the wrong type is a TypeError."""
        _client.overrides[self.key] = self._checked(value)

    @contextmanager
    def set_temp(self, value: Any) -> Iterator[None]:
        """The value for a `with` block."""
        was_set, before = self.key in _client.overrides, _client.overrides.get(self.key)
        self.set(value)
        try:
            yield
        finally:
            if was_set:
                _client.overrides[self.key] = before
            else:
                _client.overrides.pop(self.key, None)

    def reload(self) -> Any:
        """Forgets what was set, and gives the value of files and environment."""
        _client.overrides.pop(self.key, None)
        _client.forget()
        return self()

    def _checked(self, value: Any) -> Any:
        if self.cfgtype == "boolean":
            word = value.strip().lower() if isinstance(value, str) else value
            if isinstance(word, str) and word in _WORDS:
                return _WORDS[word]
            if not isinstance(value, str) and value in (True, False):
                return bool(value)
            raise TypeError(f"conf.{self.name} is True or False, and cannot be {value!r}")
        if self.cfgtype == "string_list":
            if isinstance(value, str):
                return [word.strip() for word in value.split(",") if word.strip()]
            if isinstance(value, Iterable) and all(isinstance(word, str) for word in value):
                return list(value)
            raise TypeError(f"conf.{self.name} is a list of texts, and cannot be {value!r}")
        if value is None or value == "":
            return None
        if hasattr(value, "__fspath__"):
            return str(value.__fspath__())
        if isinstance(value, str):
            return value
        raise TypeError(f"conf.{self.name} is a text, and cannot be {value!r}")

    def _read(self, text: str | None) -> Any:
        if text is None:
            return [] if self.cfgtype == "string_list" else self.defaultvalue
        if self.cfgtype == "string_list" and text.strip().startswith("["):
            return json.loads(text)
        return self._checked(text)


class _OneConf(type):
    """Makes `Conf.CLOUD_ONLY = True` mean `conf.CLOUD_ONLY = True`, where Python's would lose the setting itself."""

    def __setattr__(cls, name: str, value: Any) -> None:
        item = cls.__dict__.get(name)
        if isinstance(item, ConfigItem) and not isinstance(value, ConfigItem):
            item.set(value)
        else:
            super().__setattr__(name, value)


class ConfigNamespace(metaclass=_OneConf):
    """A group of settings as attributes."""

    rootname = "lksearch"

    def __setattr__(self, name: str, value: Any) -> None:
        self._item(name).set(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __str__(self) -> str:
        return "\n".join(f"{name} = {item()!r}" for name, item in self.items())

    def keys(self) -> list[str]:
        """The names of the settings."""
        return [name for name, item in type(self).__dict__.items() if isinstance(item, ConfigItem)]

    def values(self) -> list[ConfigItem]:
        """The settings themselves."""
        return [type(self).__dict__[name] for name in self.keys()]

    def items(self) -> list[tuple[str, ConfigItem]]:
        """Names and settings."""
        return list(zip(self.keys(), self.values(), strict=True))

    def help(self, name: str | None = None) -> None:
        """Prints what a setting, or each, is for."""
        for each, item in self.items():
            if name in (None, each):
                print(f"{each} = {item()!r}\n    {item.description}")

    def set_temp(self, attr: str, value: Any) -> Any:
        """A value for a `with` block."""
        return self._item(attr).set_temp(value)

    def reload(self, attr: str | None = None) -> None:
        """Forgets what was set at run time, and reads files and environment again."""
        for item in self.values() if attr is None else [self._item(attr)]:
            _client.overrides.pop(item.key, None)
        _client.forget()

    def reset(self, attr: str | None = None) -> None:
        """Sets the built-in values, whatever files and environment say."""
        for item in self.values() if attr is None else [self._item(attr)]:
            item.set(item.defaultvalue)

    def _item(self, name: str) -> ConfigItem:
        if name not in self.keys():
            raise AttributeError(f"there is no setting {name!r}; there are {', '.join(self.keys())}")
        return type(self).__dict__[name]


class Conf(ConfigNamespace):
    """The settings that lksearch has; `lksearch_rs.Client` has more."""

    search_result_display_extra_columns = ConfigItem([], "More columns when a result is shown.", "string_list")
    cache_dir = ConfigItem(None, "Where files are kept; ~/.lksearch/cache if it is not set.", module="lksearch.config")
    CLOUD_ONLY = ConfigItem(False, "Download only what is in the cloud; everything else becomes a row that is SKIPPED.", "boolean")
    PREFER_CLOUD = ConfigItem(True, "Take the cloud first where a file is in both places.", "boolean")
    DOWNLOAD_CLOUD = ConfigItem(True, "False: give the s3:// URI of what is in the cloud in place of a downloaded file.", "boolean")
    CHECK_CACHED_FILE_SIZES = ConfigItem(True, "False: take a file that is there as it is, with the Status UNKNOWN.", "boolean")


conf = Conf()
