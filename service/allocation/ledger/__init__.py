"""Who has received what against its share: the page of the Region and the dispatcher, and each charity's own."""
