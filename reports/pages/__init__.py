"""What the pages of the reports room show: measures turned into words, figures and drawings."""
