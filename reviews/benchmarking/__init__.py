"""What everything costs, as ratios to a bare view that is measured in the same run.

`manage.py benchmark` fills scratch archives (`archives`) and starts itself once more over each (`child`): that process starts
gunicorn (`servers`, `serving`, `bare`), asks it (`load`), and goes through the figures (`stage`, `figure`): `reading`,
`searching`, `answering`, `office`, `deeds`, `behind_nginx`, `memory`. The site's own database is not touched.
"""
