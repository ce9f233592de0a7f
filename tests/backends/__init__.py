"""Tests of the plugin points."""
