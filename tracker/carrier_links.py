"""Carriers' public tracking pages: which address shows a number, and which hosts are theirs.

Company names are spelled as Shopify lists them (description of `FulfillmentTrackingInfo.company`, Admin API
2026-10), with a few common variants. A carrier whose page asks for more than the number (a postcode, a form)
has no address here: a link that shows an empty form promises too much.
"""

from __future__ import annotations

from collections.abc import Mapping

_DHL_DE = "https://www.dhl.de/{language}/privatkunden/pakete-empfangen/verfolgen.html?piececode={{number}}"
_DHL_GERMAN = _DHL_DE.format(language="de")
_DHL_ENGLISH = _DHL_DE.format(language="en")
_DHL_EXPRESS = "https://www.dhl.com/global-en/home/tracking.html?submit=1&tracking-id={number}"
_DPD = "https://tracking.dpd.de/status/en_US/parcel/{number}"
_DPD_UK = "https://track.dpd.co.uk/search?reference={number}"
_EVRI = "https://www.evri.com/track/parcel/{number}/details"
_JAPAN_POST = (
    "https://trackings.post.japanpost.jp/services/srv/search/direct?locale={locale}&reqCodeNo1={{plain}}"
)
_LA_POSTE = "https://www.laposte.fr/outils/suivre-vos-envois?code={number}"
_ONTRAC = "https://www.ontrac.com/tracking?number={number}"
_PACKETA = "https://tracking.packeta.com/en/{number}"
_SAGAWA = "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={plain}"
_YAMATO = "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno={plain}"

TEMPLATES: Mapping[str, str] = {
    "4PX": "https://track.4px.com/#/result/0/{number}",
    "An Post": "https://www.anpost.com/Post-Parcels/Track/History?item={number}",
    "Australia Post": "https://auspost.com.au/mypost/track/#/details/{number}",
    "BPost": "https://track.bpost.cloud/btr/web/#/search?itemCode={number}",
    "Bring": "https://tracking.bring.com/tracking/{number}",
    "BRT": "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={number}",
    "Canada Post": "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={number}",
    "Chronopost": "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    "Colissimo": _LA_POSTE,
    "Correos": "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={number}",
    "Delhivery": "https://www.delhivery.com/track-v2/package/{number}",
    "Deutsche Post": _DHL_GERMAN,
    "Deutsche Post (DE)": _DHL_GERMAN,
    "Deutsche Post (EN)": _DHL_ENGLISH,
    "Deutsche Post DHL": _DHL_GERMAN,
    "DHL": _DHL_EXPRESS,
    "DHL eCommerce": "https://webtrack.dhlglobalmail.com/?trackingnumber={number}",
    "DHL Express": _DHL_EXPRESS,
    "DHL Paket": _DHL_GERMAN,
    "DPD": _DPD,
    "DPD DE": _DPD,
    "DPD Local": _DPD_UK,
    "DPD UK": _DPD_UK,
    "Evri": _EVRI,
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "GLS": "https://gls-group.eu/EU/en/parcel-tracking?match={number}",
    "Hermes": "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}",
    "Hermes UK": _EVRI,
    "Inpost": "https://inpost.pl/sledzenie-przesylek?number={number}",
    "Japan Post (EN)": _JAPAN_POST.format(locale="en"),
    "Japan Post (JA)": _JAPAN_POST.format(locale="ja"),
    "La Poste": _LA_POSTE,
    "La Poste Colissimo": _LA_POSTE,
    "Lasership": _ONTRAC,  # its parcels are tracked by OnTrac since the merger
    "New Zealand Post": "https://www.nzpost.co.nz/tools/tracking/item/{number}",
    "NZ Post": "https://www.nzpost.co.nz/tools/tracking/item/{number}",
    "OnTrac": _ONTRAC,
    "Packeta": _PACKETA,
    "Parcelforce": "https://www.parcelforce.com/track-trace?trackNumber={number}",
    "Poste Italiane": "https://www.poste.it/cerca/index.html#/risultati-spedizioni/{number}",
    "PostNL": "https://postnl.nl/tracktrace/?B={number}",
    "PostNord DK": "https://tracking.postnord.com/dk/?id={number}",
    "PostNord NO": "https://tracking.postnord.com/no/?id={number}",
    "PostNord SE": "https://tracking.postnord.com/se/?id={number}",
    "Purolator": "https://www.purolator.com/en/shipping/tracker?pin={number}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    "Sagawa (EN)": _SAGAWA,
    "Sagawa (JA)": _SAGAWA,
    "Sendle": "https://track.sendle.com/tracking?ref={number}",
    "SF Express": "https://www.sf-express.com/chn/en/waybill/waybill-detail/{number}",
    "Swiss Post": "https://service.post.ch/ekp-web/ui/entry/search/{number}",
    "UPS": "https://www.ups.com/track?tracknum={number}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
    "Yamato (EN)": _YAMATO,
    "Yamato (JA)": _YAMATO,
    "YunExpress": "https://www.yuntrack.com/parcelTracking?id={number}",
    "Zásilkovna": _PACKETA,
    "Österreichische Post": "https://www.post.at/sv/sendungsdetails?snr={number}",
    "佐川急便": _SAGAWA,
    "日本郵便": _JAPAN_POST.format(locale="ja"),
    "ヤマト運輸": _YAMATO,
}
"""Company → address; `{number}` is the number as told, `{plain}` the number without hyphens."""

HOSTS: frozenset[str] = frozenset(
    """
    4px.com anpost.com anpost.ie aramex.com auspost.com.au bluedart.com bpost.be bpost.cloud bring.com
    bring.dk bring.no bring.se brt.it canadapost-postescanada.ca canadapost.ca chronopost.fr colissimo.fr
    correios.com.br correos.es ctt.pt delhivery.com deutschepost.de dhl.com dhl.de dhlecs.com
    dhlglobalmail.com dhlparcel.co.uk dhlparcel.nl dpd.at dpd.co.uk dpd.com dpd.de dpd.fr dpd.ie dpdgroup.com
    dpdlocal.co.uk dtdc.in ems.com.cn evri.com fedex.com gls-group.com gls-group.eu gls-italy.com
    hermesworld.com indiapost.gov.in inpost.pl israelpost.co.il japanpost.jp kuronekoyamato.co.jp laposte.fr
    lasership.com mondialrelay.com mondialrelay.fr myhermes.co.uk myhermes.de nzpost.co.nz ontrac.com
    packeta.com parcelforce.com poczta-polska.pl post.at post.ch poste.it posten.no posti.fi postnl.nl
    postnl.post postnord.com postnord.dk postnord.no postnord.se purolator.com royalmail.com
    sagawa-exp.co.jp sendle.com seur.com sf-express.com singpost.com tnt.com ups.com usps.com yodel.co.uk
    yunexpress.com yuntrack.com zasilkovna.cz
    """.split()  # noqa: SIM905  (as a list literal it would be eighty lines for the formatter)
)
"""Carriers' own domains: the only ones whose addresses are linked to without TLS."""
