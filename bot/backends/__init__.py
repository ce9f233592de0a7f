"""Plugin points behind small protocols: embedding model, vector store, reranker, chat model."""
