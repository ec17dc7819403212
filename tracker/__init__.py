"""Track my order for Shopify shops: from an order number and an e-mail to where every parcel is."""
