import com.android.apksig.ApkVerifier;
import java.io.File;

/** Verifies that an APK is signed for Android 8 and newer, by the schemes v2 and v3. Argument: the APK. */
final class Verify {
    public static void main(String[] arguments) throws Exception {
        File apk = new File(arguments[0]);
        ApkVerifier.Result result = new ApkVerifier.Builder(apk).setMinCheckedPlatformVersion(26).build().verify();
        if (!result.isVerified()) {
            System.err.println(result.getAllErrors());
            System.exit(1);
        }
        if (!result.isVerifiedUsingV2Scheme() || !result.isVerifiedUsingV3Scheme()) {
            System.err.println("v2: " + result.isVerifiedUsingV2Scheme() + ", v3: " + result.isVerifiedUsingV3Scheme());
            System.exit(1);
        }
    }
}
