"""Values for the templates: what a wish is about. Data in words; the sentences are in `domain.yml`."""

from freight.places import name_zh

WISH_NAMES = {
    "track_shipment": "货物动态",
    "ask_eta": "到货时间",
    "urge_delivery": "催货",
    "ask_pod": "单据",
    "subscribe_updates": "动态通知",
    "unsubscribe_updates": "退订通知",
    "change_delivery": "派送变更",
    "ask_price": "运价",
    "ask_price_breakdown": "费用明细",
    "negotiate_price": "价格优惠",
    "accept_quote": "下单",
    "ask_quote_status": "报价进度",
    "book_shipment": "订舱",
    "cancel_order": "取消订单",
    "ask_complaint_status": "投诉进度",
    "ask_claim": "赔偿",
    "praise": "表扬",
    "request_callback": "回电",
    "bind_account": "账号绑定",
    "update_contact": "联系方式变更",
    "delete_my_data": "个人信息",
    "faq/business_hours": "营业时间",
    "faq/branch_locations": "网点地址",
    "faq/services_offered": "业务范围",
    "faq/transit_time": "运输时效",
    "faq/customs_documents": "报关资料",
    "faq/prohibited_goods": "禁运品",
    "faq/dangerous_goods": "危险品运输",
    "faq/packaging": "包装要求",
    "faq/volumetric_weight": "体积重",
    "faq/insurance": "货物保险",
    "faq/invoice": "发票",
    "faq/payment_terms": "付款方式",
    "faq/incoterms": "贸易术语",
    "faq/free_time": "免箱期",
    "faq/tracking_how_to": "查货方法",
}
"""Label -> what it is about, as it fits after 您还问到."""


def wish_name(label: str, destination: str | None = None) -> str:
    """去洛杉矶的运价; 投诉 for every complaint, 另一个问题 for what has no name. `destination`: a code of `freight.places`."""
    if label == "ask_price" and destination:
        return f"去{name_zh(destination)}的运价"
    return WISH_NAMES.get(label, "投诉" if label.startswith("complain_") else "另一个问题")
