"""The browser's side: commands of the card, who may be which phone, the files that are served."""
