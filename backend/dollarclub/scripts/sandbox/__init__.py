"""Runs one untrusted Python process contained: files, processes, memory and network behind a wall.

Three tiers, strongest first: bubblewrap, plain namespaces with Landlock, and "off". `probe.choose` really tries
them and gives the strongest that holds; `Sandbox.spawn` starts a run and hands back a `Child`. Linux only; knows no
database, no queue and no settings: every value comes in.
"""
