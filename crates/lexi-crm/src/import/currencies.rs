//! The currencies of ISO 4217.

use super::values::Parsed;

/// An ISO 4217 code in any case, or one of the signs that mean one currency.
pub(crate) fn currency(text: &str) -> Parsed<String> {
    match text {
        "€" => Ok("EUR".to_owned()),
        "$" | "US$" => Ok("USD".to_owned()),
        "£" => Ok("GBP".to_owned()),
        code if is_currency(&code.to_ascii_uppercase()) => Ok(code.to_ascii_uppercase()),
        _ => Err("is not a currency of ISO 4217: write its three letters, for example EUR".to_owned()),
    }
}

/// The codes of ISO 4217, with some that old records have.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN \
    BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ \
    GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL \
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG \
    QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD \
    TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XAG XAU XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL";

/// Whether three capital letters are a code of ISO 4217.
pub fn is_currency(code: &str) -> bool {
    code.len() == 3 && CURRENCIES.split_ascii_whitespace().any(|known| known == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_those_of_iso_4217() {
        assert_eq!(currency("chf").as_deref(), Ok("CHF"));
        assert!(currency("XYZ").is_err() && currency("Dollars").is_err());
    }
}
