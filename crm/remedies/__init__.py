"""Making good: what is proposed on a complaint, who may grant it, and that it is carried out."""
