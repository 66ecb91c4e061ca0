"""What a donor usually has left ("tous les soirs à 19 h"): asked at its hour, answered in one tap, no lot by itself."""
