//! Choose where each product's bytes come from and bring them whole into the store
