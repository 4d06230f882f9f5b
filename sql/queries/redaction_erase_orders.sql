SELECT orders, events FROM erase_orders($1::text[])
