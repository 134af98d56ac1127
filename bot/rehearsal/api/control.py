"""Placeholder."""

from aiohttp import web

from bot.rehearsal.world import World


def add_control(app: web.Application, world: World) -> None:
    """x"""
