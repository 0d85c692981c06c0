"""What one sees. Alone in knowing ipywidgets, ipycanvas and anywidget."""
