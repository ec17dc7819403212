"""Words that people put before an order number: "order", "number", "no." in the languages of shops.

Compared after case folding; a phrase ("order number") is found word by word, so only single words and
phrases written without a gap are listed.
"""

from __future__ import annotations

WORDS: tuple[str, ...] = tuple(
    """
    order orders number no num id ref reference confirmation my
    bestellung bestellnummer bestellnr bestell auftrag auftragsnummer nummer nr
    bestelling bestelnummer ordernummer
    commande numéro numero n pedido orden número encomenda ordine comandă comanda numărul
    beställning beställningsnummer bestilling bestillingsnummer ordre ordrenummer ordrenr ordernr
    tilaus tilausnumero
    zamówienie zamowienie zamówienia numer objednávka objednavka objednávky číslo cislo č
    rendelés rendelésszám
    sipariş siparis numarası numarasi παραγγελία αριθμός заказ номер замовлення
    رقم الطلب طلب מספר הזמנה ऑर्डर नंबर
    หมายเลข คำสั่งซื้อ ออเดอร์ đơn hàng mã số pesanan nomor
    ご注文番号 注文番号 受注番号 ご注文 注文 オーダー 番号
    订单编号 订单号码 订单号 订单 訂單編號 訂單號碼 訂單號 訂單 编号 編號
    주문번호 주문 번호
    """.split()  # noqa: SIM905  (one line a family of languages; a list literal would be a line a word)
)
