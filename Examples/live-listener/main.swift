import DriverKit

await LiveListenerCommand.runProgram()
