"""All that knows no Streamlit: the data, the network, its training, and how a drawing is read."""
