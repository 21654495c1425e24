//! Names under which programs keep what is personal: those of the formats that are known (`docs/decoding.md`), and such
//! as everybody uses.

use std::sync::LazyLock;

use hashbrown::HashMap;

use super::PersonalKind::{self, *};
use crate::decode::value::original_key;

/// As [`normalised`] gives them, a space between.
const KEYS: [(PersonalKind, &str); 27] = [
    (
        VisitedAddress,
        "url pageurl weburl visiturl originurl currenturl siteurl linkurl clickurl newsurl referrer \
         referer firstreferrer latestreferrer urlpath urlquery href site referrerhost deeplinkurl",
    ),
    (
        SearchWords,
        "searchword searchwords searchkeyword searchkey searchquery searchtext searchterm query keyword \
         keywords latestsearchkeyword firstsearchkeyword utmterm q wd kw",
    ),
    (PageTitle, "title pagetitle newstitle articletitle headline doctitle"),
    (
        MediaTitle,
        "song songname songtitle trackname tracktitle music musicname album albumname artist artistname \
         singer videotitle videoname mediatitle medianame playlist playlistname",
    ),
    (FolderName, "folder foldername foldertitle folderpath dir directory filename filepath"),
    (
        ScreenName,
        "screenname screen page pagename pageid activity activityname fragmentname frompage refpage \
         viewname elementcontent elementpath referrertitle",
    ),
    (AndroidId, "androidid anonymizationid ssaid identityandroidid hashandroidid androididmd5"),
    (Oaid, "oaid vaid identityoaid imoaid"),
    (Gaid, "gaid adid advertisingid googleadid gpadid idfa identityidfa advertiserid aaid"),
    (Imei, "imei imei1 imei2 meid identityimei channeldeviceinfo phoneimei"),
    (ImeiHash, "imeimd5 imeihash imeisha1 imeisha256 hashimei md5imei imei1md5 imei2md5"),
    (Serial, "serial serialno serialnumber sn deviceserial cpuid"),
    (Mac, "mac macaddress wifimac macaddr identitymac bluetoothmac btmac devicemac macmd5"),
    (Bssid, "bssid wifibssid apmac routermac"),
    (WifiName, "ssid wifissid wifiname"),
    (IpAddress, "ip clientip localip ipaddress deviceip sourceip"),
    (
        StableId,
        "distinctid anonymousid originalid deviceid did udid uuid guid instanceid identitycookieid \
         identitydistinctid firstid secondid clientid utdid umid installid installationid fid cuid \
         hardwareid psuedouniqueid pseudoid devicefingerprint identityanonymousid cookieid visitorid \
         deviceuuid identityiosuuid identityiosidfv openudid regid",
    ),
    (
        AccountId,
        "loginid identityloginid uid userid miid accountid account username nickname openid unionid \
         xiaomiid cuserid memberid",
    ),
    (PhoneNumber, "phone phonenumber mobile mobilenumber msisdn tel identitymobile phoneno"),
    (Email, "email mail emailaddress identityemail"),
    (
        Location,
        "latitude longitude lat lon lng lati longi location coordinates gps cellid lac city \
         district",
    ),
    (Operator, "carrier operator operatorname carriername simoperator mcc mnc mccmnc imsi plmn"),
    (
        InstalledApps,
        "applist installedapps installedpackages packages packagelist pkglist apps installlist \
         installapps runningapps",
    ),
    (
        PhoneModel,
        "model devicemodel phonemodel devicename device product manufacturer brand devicebrand phonetype \
         useragent ua xumengsdk marketname",
    ),
    (AndroidVersion, "osversion androidversion systemversion osver sdkint apilevel androidsdk"),
    (RomVersion, "miuiversion romversion miui hyperos rom buildversion romver incremental fingerprint"),
    (
        ActionTime,
        "time ts ets st timestamp eventtime clienttime flushtime starttime endtime tssecs xumengutc otts \
         t utime actiontime firstvisittime createtime logtime begintime",
    ),
];

static KIND_OF: LazyLock<HashMap<&str, PersonalKind>> =
    LazyLock::new(|| KEYS.iter().flat_map(|(kind, keys)| keys.split(' ').map(|key| (key, *kind))).collect());

/// What a key says, if it is known.
pub(super) fn kind_of(normalised: &str) -> Option<PersonalKind> {
    KIND_OF.get(normalised).copied()
}

/// A key that is in the table: it says nothing that is not known.
pub(in crate::decode) fn is_known(key: &str) -> bool {
    kind_of(&normalised(key)).is_some()
}

/// A key without what differs from program to program: `$Device_ID`, `deviceId` and `device-id#2` are one.
pub(in crate::decode) fn normalised(key: &str) -> String {
    let kept = original_key(key).chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Whatever is in such a map identifies somebody.
pub(super) fn is_of_identities(key: &str) -> bool {
    key == "identities"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_normalised_and_of_one_kind() {
        let mut keys: Vec<_> = KEYS.iter().flat_map(|(_, keys)| keys.split(' ')).collect();
        for key in &keys {
            assert_eq!(normalised(key), *key);
        }
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count, "a key is there twice");
    }

    #[test]
    fn spelling_does_not_matter() {
        for key in ["$device_id", "deviceId", "device-id", "Device_ID#12"] {
            assert_eq!(normalised(key), "deviceid", "{key}");
        }
    }
}
