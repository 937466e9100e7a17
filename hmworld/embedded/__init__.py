"""The embedded engine: a process that speaks the UnrealCV protocol over a software renderer.

`server` owns the sockets, `commands` and `director` answer requests, `world` holds what is loaded and posed, `raster` draws it, `scenes`
and `bodies` make geometry. Nothing else in hmworld imports this package: it is started as a process and spoken to by socket, as Unreal is.
"""

ENGINE_NAME = "embedded"
ENGINE_BUILD = "embedded-3"
"""Identity of what this engine draws: raised whenever a pixel of any clip may change."""
