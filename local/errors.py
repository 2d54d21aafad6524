"""What stops the local system from starting. Each message is meant for the person at the terminal."""

from __future__ import annotations


class TemplateError(Exception):
    """The template, or a parameter given to it, asks for something that cannot be run here; the message says what."""


class StartError(Exception):
    """A part of the local system did not start; the message says which, why and where its log is."""
