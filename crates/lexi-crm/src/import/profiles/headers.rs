//! The names that single systems give to their columns, beside those that files share.

use crate::import::fields::ImportKind;

type Header = (&'static str, &'static str);

const CONTACT: &[Header] = &[
    ("personid", "external_id"),
    ("personname", "full_name"),
    ("personfirstname", "first_name"),
    ("personlastname", "last_name"),
    ("personemail", "email"),
    ("personemailwork", "email"),
    ("primaryemail", "email"),
    ("primaryemailaddress", "email"),
    ("personphone", "phone"),
    ("personphonework", "phone"),
    ("primaryphone", "phone"),
    ("primaryphonenumber", "phone"),
    ("personjobtitle", "job_title"),
    ("personorganization", "company_name"),
    ("associatedcompany", "company_name"),
    ("primaryassociatedcompany", "company_name"),
    ("personowner", "owner"),
    ("personlabels", "tags"),
    ("personpersoncreated", "created_date"),
];

const COMPANY: &[Header] = &[
    ("organizationid", "external_id"),
    ("organizationname", "name"),
    ("organizationindustry", "industry"),
    ("organizationwebsite", "website"),
    ("companydomainname", "domain"),
    ("countryregion", "country"),
    ("billingcity", "city"),
    ("billingcountry", "country"),
    ("organizationlabels", "tags"),
    ("organizationorganizationcreated", "created_date"),
];

const DEAL: &[Header] = &[
    ("dealtitle", "name"),
    ("dealpipeline", "pipeline"),
    ("dealprobability", "probability"),
    ("dealcurrency", "currency"),
    ("dealcurrencyofvalue", "currency"),
    ("dealvaluecurrency", "currency"),
    ("dealcontactperson", "contact"),
    ("associatedcontact", "contact"),
    ("dealorganization", "company_name"),
    ("associatedcompany", "company_name"),
    ("primaryassociatedcompany", "company_name"),
    ("opportunityowner", "owner"),
    ("opportunitycurrency", "currency"),
    ("dealexpectedclosedate", "closed_date"),
    ("deallabels", "tags"),
    ("dealdealcreated", "created_date"),
];

const MATTER: &[Header] = &[("displaynumber", "number"), ("matterdescription", "name")];

/// The field of a column by its name without blanks and punctuation.
pub(in crate::import) fn header_field(kind: ImportKind, key: &str) -> Option<&'static str> {
    let known: &[Header] = match kind {
        ImportKind::Contacts => CONTACT,
        ImportKind::Companies => COMPANY,
        ImportKind::Deals => DEAL,
        ImportKind::Matters => MATTER,
        ImportKind::Users | ImportKind::Notes | ImportKind::Tasks | ImportKind::Activities => &[],
    };
    known.iter().find(|(header, _)| *header == key).map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_known_systems_are_recognised() {
        for (kind, header, field) in [
            (ImportKind::Contacts, "Record ID", "external_id"),
            (ImportKind::Contacts, "Contact owner", "owner"),
            (ImportKind::Contacts, "Associated Company", "company_name"),
            (ImportKind::Contacts, "Person - Email - Work", "email"),
            (ImportKind::Companies, "Country/Region", "country"),
            (ImportKind::Companies, "Organization - Name", "name"),
            (ImportKind::Deals, "StageName", "stage"),
            (ImportKind::Deals, "Probability (%)", "probability"),
            (ImportKind::Deals, "Opportunity Owner", "owner"),
            (ImportKind::Deals, "Deal - Title", "name"),
            (ImportKind::Deals, "Deal - Value", "estimated_value"),
            (ImportKind::Deals, "Deal - Expected close date", "closed_date"),
            (ImportKind::Matters, "Display Number", "number"),
            (ImportKind::Matters, "Responsible Attorney", "responsible"),
        ] {
            assert_eq!(kind.field_named(header), Some(field), "{header}");
        }
    }

    #[test]
    fn the_id_of_another_kind_is_no_identity() {
        assert_eq!(ImportKind::Contacts.field_named("AccountId"), None);
        assert_eq!(ImportKind::Deals.field_named("Account ID"), None);
        assert_eq!(ImportKind::Companies.field_named("Account ID"), Some("external_id"));
    }
}
