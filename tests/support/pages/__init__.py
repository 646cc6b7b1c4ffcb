"""The documentation as its tests see it: pages, blocks, and what running them gives."""
