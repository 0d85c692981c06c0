"""What the project costs against the bare libraries. Ratios only: they hold on any machine."""
