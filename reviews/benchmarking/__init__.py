"""How much everything costs, as ratios to a bare view that is measured in the same run.

`manage.py benchmark` makes scratch archives (`archives`) and starts itself once more for each (`child`): that process starts
gunicorn over the archive (`servers`, `serving`), and goes through the figures (`stage`, `reading`, `searching`, `office`,
`deeds`, `answering`, `behind_nginx`, `memory`). The site's own database is not touched.
"""
