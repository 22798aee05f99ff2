// What is documented is what this imports: the plugin finds targets of dependencies only where one uses them.
import AWSServices
import Imaging
import LambdaEvents
import LambdaRuntime
import LambdaTesting
